"""The pages of agreements: the list, writing a draft, versions, print."""
