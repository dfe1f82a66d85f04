// Viewer request of the API: says who asks, in headers that reach the functions. What a client sent under these names is replaced or removed.
const tellsPlace = TELLS_PLACE;

function handler(event) {
  const headers = event.request.headers;
  const put = (name, value) => {
    if (value) headers[name] = { value: value };
    else delete headers[name];
  };
  const given = (name) => headers[name] && headers[name].value;
  put('x-viewer-address', event.viewer.ip);
  put('x-viewer-host', given('host'));
  // CloudFront sets these two itself, if the cache policy names them; elsewhere they would be the client's word.
  put('x-viewer-country', tellsPlace && given('cloudfront-viewer-country'));
  put('x-viewer-city', tellsPlace && given('cloudfront-viewer-city'));
  // CloudFront adds the real one on its way to the API.
  delete headers['x-origin-secret'];
  return event.request;
}
