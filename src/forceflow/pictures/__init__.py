"""Pictures and the report; `forceflow.plot` and `forceflow.write_report` are the doors."""
