"""The series before any network: fetched, validated, differenced, framed and scaled."""
