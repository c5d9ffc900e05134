// One request to the server, whose headers are pairs of name and value: gives the status and the text.

export async function send(method, path, headers, body) {
  const response = await fetch(new Request(path, { method, headers, body }));
  return [response.status, await response.text()];
}
