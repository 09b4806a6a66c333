"""All that knows HTTP and Graph. Nothing outside this folder imports facebook_business.

| | |
|---|---|
| `client.py` | `Reader` and `Writer`: calls, batches, lists, what is tried again |
| `connection.py` | how Graph is reached, and the session |
| `request.py` | what one call sends, and how its reply is read |
| `answers.py` | what an answer proves |
| `listing.py` | the pages of one list |
| `errors.py` | what a refusal means |
| `refusals.py` | whose a refusal for rights is: one object's, or the account's |
| `pace.py`, `throttle.py`, `use_cases.py` | limits: how fast, how full, which |
| `upload.py`, `multipart.py`, `download.py` | media |
"""
