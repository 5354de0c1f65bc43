import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Programs of util-linux and the shell that raise fences, each where it is on this machine, if it is. */
export interface Tools {
  readonly unshare: string | undefined;
  readonly prlimit: string | undefined;
  readonly setpriv: string | undefined;
  readonly mount: string | undefined;
  readonly sh: string | undefined;
}

/** Where a system keeps its own programs. The service's PATH is not asked: what is found there could be anyone's. */
const FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/run/current-system/sw/bin"];

/** Looks for the tools. Starts nothing. */
export function findTools(): Tools {
  const find = (name: string): string | undefined =>
    FOLDERS.map((folder) => join(folder, name)).find((path) => isExecutable(path));
  return {
    unshare: find("unshare"),
    prlimit: find("prlimit"),
    setpriv: find("setpriv"),
    mount: find("mount"),
    sh: find("sh"),
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
