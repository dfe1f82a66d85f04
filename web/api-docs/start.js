// The API's description, to read and to try out. A file of its own: the page's content security policy allows no inline script.
window.SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null, // else every description is shown to a validator on the internet
});
