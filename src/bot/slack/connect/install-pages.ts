import type { ServerResponse } from "node:http";

/** What somebody sees who has installed NEXUS, or has not. */
export function showInstalled(response: ServerResponse): void {
  page(response, 200, "NEXUS is installed", "Open NEXUS under Apps in Slack and say hi. You can close this page.");
}

/** The library's own word for what went wrong is for the log. */
export function showNotInstalled(response: ServerResponse): void {
  const next = "Nothing was changed. Start again from the install page; it is good for ten minutes.";
  page(response, 400, "NEXUS was not installed", next);
}

function page(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`,
  );
}
