/** What runs inside QuickJS, once per runner, in the memory every call is a copy of. A module finds what it finds in V8. */
import { frame, type Frame } from "#sandbox/engines/frame/call.ts";
import { findIntrinsics } from "#sandbox/engines/frame/intrinsics.ts";
import { dropBanned, fenceLanguage } from "#sandbox/engines/frame/language.ts";
import { alignLanguage } from "./align.ts";

/** Fences the language in and freezes it. */
export function open(): Frame {
  alignLanguage();
  fenceLanguage();
  dropBanned();
  for (const object of findIntrinsics()) Object.freeze(object);
  return frame;
}
