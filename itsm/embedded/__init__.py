"""The servers this program carries with it, and the supervisor that keeps everything running.

Imports neither Django nor anything else of ours, so that it stays small and can start what the rest needs.
"""
