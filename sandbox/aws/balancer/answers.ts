import type { IncomingMessage, ServerResponse } from "node:http";

const own = {
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
};

/** Answers in the balancer's own name; a body that the client still sends is read and let go. */
export function answerOurselves(
  request: IncomingMessage,
  response: ServerResponse,
  { status, contentType, body }: { status: number; contentType: string; body: string },
): void {
  request.unpipe().resume();
  response.writeHead(status, {
    server: "awselb/2.0",
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** The balancer's own page for a request that no target answered. */
export function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  status: keyof typeof own,
): void {
  const title = own[status];
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  answerOurselves(request, response, { status, contentType: "text/html", body });
}
