SwaggerUIBundle({
  url: document.getElementById("api").dataset.address,
  domNode: document.getElementById("api"),
  deepLinking: true,
  docExpansion: "none",
  validatorUrl: null,
});
