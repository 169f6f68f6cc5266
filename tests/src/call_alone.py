"""Calls one function of an app in this process, as nothing else has been called in it: `call_alone.py APP FUNCTION`.

Prints what became of it as JSON: {"trigger": …, "raised": the class, "message": …} or {"trigger": …, "status": …,
"body": …}, the last two of an HTTP function's answer.
"""
import json
import sys

import azure.functions as func

ARGUMENTS = {
    "eventGridTrigger": lambda: json.dumps({"id": "an event", "data": {}}),
    "timerTrigger": lambda: None,
    "httpTrigger": lambda: func.HttpRequest("POST", "https://app/api/anything", body=b"{"),
    "serviceBusTrigger": lambda: func.ServiceBusMessage(body=b"{"),
}


def main(folder, name):
    sys.path.insert(0, folder)
    import function_app
    [function] = [found for found in function_app.app.get_functions() if found.get_function_name() == name]
    trigger = function.get_trigger().type
    try:
        answer = function.get_user_function()(ARGUMENTS[trigger]())
    except BaseException as exc:  # what a function lets out, whatever it is
        return {"trigger": trigger, "raised": type(exc).__name__, "message": str(exc)}
    return {"trigger": trigger, "status": getattr(answer, "status_code", None),
            "body": answer.get_body().decode() if answer else ""}


print(json.dumps(main(*sys.argv[1:])))
