import { opendirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "#core/contract/validation.ts";
import { CAPS, MAX_BUNDLE_BYTES } from "./caps.ts";
import { openPlainFile } from "./open-plain-file.ts";
import type { Reading } from "./reading.ts";
import { found } from "./rules.ts";
import { showName } from "./show-name.ts";

/** Entries of all folders looked at, those left out among them. */
const MAX_SEEN = 2_000;

/**
 * Reads a module's folder. Left out are what its author keeps beside it: `*.test.ts`, `fixtures/`, `*.wat`, and what
 * editors, version control and systems leave lying about. Links lead nowhere; no file is read that is too large to belong.
 */
export function readFolder(folder: string): Reading {
  const findings: Finding[] = [];
  const entries = new Map<string, Uint8Array>();
  let root: string;
  try {
    root = realpathSync(folder);
  } catch {
    return { entries, findings: [found("bundle.unreadable", `there is no folder ${showName(folder)}`)] };
  }
  let seen = 0;
  let left = MAX_BUNDLE_BYTES;

  const readOne = (path: string): void => {
    const file = showName(path);
    const opened = openPlainFile(join(root, path), Math.min(left, CAPS.data));
    switch (opened.state) {
      case "read":
        if (opened.links > 1) {
          findings.push(found("bundle.hard-link", "this file is also elsewhere, by a hard link", { file }));
        }
        entries.set(path, opened.bytes);
        left -= opened.bytes.length;
        return;
      case "too_large":
        findings.push(
          found("bundle.size", `it is ${opened.size.toLocaleString("en-CA")} bytes: no file of a bundle is so large`, {
            file,
          }),
        );
        return;
      case "not_plain":
        findings.push(found("bundle.link", "this is no plain file", { file }));
        return;
      case "unreadable":
        findings.push(found("bundle.unreadable", `it cannot be read (${opened.why})`, { file }));
        return;
      default:
        opened satisfies never;
    }
  };

  const walk = (below: string): void => {
    for (const { name, isFolder, isLink } of list(join(root, below), below, findings)) {
      const path = `${below}${name}`;
      if (isLeftOut(path, name)) continue;
      seen += 1;
      if (seen > MAX_SEEN || entries.size > CAPS.ownFiles) return;
      if (isLink) findings.push(found("bundle.link", "this is a link", { file: showName(path) }));
      else if (isFolder && name === "node_modules") {
        findings.push(found("bundle.kind", "a module brings no packages", { file: showName(path) }));
      } else if (isFolder) walk(`${path}/`);
      else readOne(path);
    }
  };
  walk("");
  if (seen > MAX_SEEN) findings.push(found("bundle.count", `there are more than ${MAX_SEEN} files in the folder`));
  return { entries, findings };
}

function list(
  folder: string,
  below: string,
  findings: Finding[],
): readonly { readonly name: string; readonly isFolder: boolean; readonly isLink: boolean }[] {
  const place = below === "" ? {} : { file: showName(below) };
  // Deeper names are refused anyway: a folder within itself, a thousand times, is not walked.
  if (below.split("/").length > CAPS.depth + 2) {
    findings.push(found("bundle.name", `this is more than ${CAPS.depth} folders deep`, place));
    return [];
  }
  try {
    using open = opendirSync(folder);
    const names: { name: string; isFolder: boolean; isLink: boolean }[] = [];
    for (let entry = open.readSync(); entry !== null && names.length <= MAX_SEEN; entry = open.readSync()) {
      names.push({ name: entry.name, isFolder: entry.isDirectory(), isLink: entry.isSymbolicLink() });
    }
    return names.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    findings.push(found("bundle.unreadable", "the folder cannot be read", place));
    return [];
  }
}

/** What is not part of the bundle, though it lies in the folder. */
function isLeftOut(path: string, name: string): boolean {
  if (LEFT_LYING.test(name)) return true;
  if (path.startsWith("data/")) return false;
  return path === "fixtures" || name.endsWith(".test.ts") || name.endsWith(".wat") || name.endsWith(".nexus-module");
}

const LEFT_LYING =
  /^(?:\.git|\.gitignore|\.gitattributes|\.DS_Store|\.idea|\.vscode|\.editorconfig|Thumbs\.db|\.#.*|#.*#|.*~|\..*\.sw[a-p])$/;
