"""The Chalice application: one page at each door."""

from chalice import Chalice, Response

app = Chalice(app_name="sucharit")
HTML = {"Content-Type": "text/html; charset=utf-8"}


@app.route("/", methods=["GET", "HEAD"])
def home() -> Response:
    return Response("<h1>สุจริต</h1>", headers=HTML)


@app.route("/{org}/console", methods=["GET", "HEAD"])
def console_home(org: str) -> Response:
    return Response("<h1>console</h1>", headers=HTML)


@app.route("/{org}/tips", methods=["GET", "HEAD"])
def tips_home(org: str) -> Response:
    return Response("<h1>tips</h1>", headers=HTML)


@app.lambda_function(name="console")
def console(event, context):
    return app(event, context)


@app.lambda_function(name="tips")
def tips(event, context):
    return app(event, context)


@app.schedule("cron(0/15 19-22 * * ? *)")  # 02:00–05:45 in Bangkok
def nightly_deadlines(event):
    return {"checked": 0, "due": 0, "acted": 0}


@app.schedule("cron(5/15 19-22 * * ? *)")
def nightly_disclosure(event):
    return {"checked": 0, "due": 0, "acted": 0}


@app.schedule("cron(10/15 20-22 * * ? *)")
def nightly_audit(event):
    return {"checked": 0, "due": 0, "acted": 0}


@app.schedule("rate(5 minutes)")
def deliver_notices(event):
    return {"checked": 0, "due": 0, "acted": 0}
