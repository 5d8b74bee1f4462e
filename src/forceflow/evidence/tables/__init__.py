"""Tables of other people's, read column by column into flow events and series of counts."""
