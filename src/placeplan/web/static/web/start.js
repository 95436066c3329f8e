// The design system's own behaviour; every page is whole without it.
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
if (window.NHSUKFrontend) window.NHSUKFrontend.initAll();
