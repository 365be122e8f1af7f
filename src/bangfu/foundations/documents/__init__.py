"""Attachments: content-addressed, encrypted with the data key, kept in a folder beside the database."""
