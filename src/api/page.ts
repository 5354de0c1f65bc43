/** A small page of two sentences, for a person whose browser was sent here. */
export function page(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escape(title)} · NEXUS</title>
    <style>
      body { font: 18px/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 32rem; padding: 0 1rem; color: #1d1c1d; }
      @media (prefers-color-scheme: dark) { body { background: #1a1d21; color: #e8e8e8; } }
    </style>
  </head>
  <body>
    <h1>${escape(title)}</h1>
    <p>${escape(text)}</p>
  </body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
