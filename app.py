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
