// Comfort for the field of coordinates: a button that asks the device where it is. Nothing leaves the page until
// the form is sent, and without this file the field is typed into as ever. The words come with the element.
(() => {
  const words = document.currentScript.dataset;
  const field = document.getElementById("position");
  if (!field || !("geolocation" in navigator) || !window.isSecureContext) return;

  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary locate";
  button.textContent = words.ask;
  const told = document.createElement("p");
  told.className = "govuk-hint locate__told";
  told.setAttribute("role", "status");
  field.after(button, told);

  button.addEventListener("click", () => {
    told.textContent = words.wait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
        told.textContent = words.found.replace("{metres}", Math.ceil(coords.accuracy));
      },
      () => { told.textContent = words.failed; },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  });
})();
