/** Where a page lies and what it is called. */
export interface PageHtmlOptions {
  readonly title: string;
  /** Of `page.js` and `page.css`, with a slash at the end: `"status/"`. */
  readonly files: string;
  /** Path that the server is reached by, with a slash at the end: the page reads it as `data-base` of its root. `"/"` by default. */
  readonly base?: string | undefined;
  /** Stands there without JavaScript. */
  readonly withoutScript: string;
}

/** The document of a page: it names two files and nothing else, so that a Content-Security-Policy may refuse all that is inline. */
export function pageHtml({ title, files, base = "/", withoutScript }: PageHtmlOptions): string {
  return `<!doctype html>
<html lang="en" data-base="${escaped(base)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(files)}page.css">
</head>
<body>
<div id="page"><noscript>${escaped(withoutScript)}</noscript></div>
<script type="module" src="${escaped(files)}page.js"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
