"""The page of a case: conversation, fields, clocks, flow, history, and every act on it."""
