"""The stores, their keys and what they last said."""
