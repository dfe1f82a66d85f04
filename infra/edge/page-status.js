// Viewer response of the site. S3 answers 200 for the not-found page as for any other file; the upload marks that file with the status it stands for.
function handler(event) {
  const response = event.response;
  const marked = response.headers['x-amz-meta-status'];
  delete response.headers['x-amz-meta-status'];
  // 304 stays: the browser has the page, and its status.
  if (marked && response.statusCode !== 304) {
    response.statusCode = Number(marked.value);
    response.statusDescription = 'Not Found';
  }
  return response;
}
