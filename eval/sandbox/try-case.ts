import { z } from "zod";
import { tryAddress, tryAddressList, tryExchanges } from "./address-case.ts";
import { AddedEntries, tryBundle, tryDescribedBundle } from "./bundle-case.ts";
import type { AbuseCase } from "./case-file.ts";
import { type CaseResult, notRun } from "./case-result.ts";
import type { Lab } from "./lab.ts";
import { tryDescribedManifest, tryManifest } from "./manifest-case.ts";
import { tryModule } from "./module-case.ts";
import { regrow } from "./regrow.ts";
import { isFields } from "./study-manifest.ts";

/** Runs one case by what it brings; by its id only where it brings nothing. */
export async function tryCase(lab: Lab, abuse: AbuseCase): Promise<CaseResult> {
  const { id, payload, payloadGenerator, payloadType } = abuse;
  switch (payloadType) {
    case "module-source": {
      const source = typeof payload === "string" ? payload : regrow(payloadGenerator ?? "", abuse.attack);
      return source === undefined ? notRun(id, "source that is only described") : await tryModule(lab, abuse, source);
    }
    case "url":
      return typeof payload === "string"
        ? await tryAddress(abuse, payload)
        : notRun(id, "an address that is not there");
    case "ip-list": {
      const list = z.array(z.string()).safeParse(payload);
      return list.success ? tryAddressList(abuse, list.data) : notRun(id, "a list of something else");
    }
    case "http-exchange":
      if (typeof payload === "string") return await tryAddress(abuse, payload);
      return payload === undefined ? await tryExchanges(abuse) : notRun(id, "an exchange written in an unknown way");
    case "structured":
      return await tryStructured(lab, abuse);
    case "scenario":
      // Some scenarios bring a module along; what it does when it runs is a part of them.
      return typeof payload === "string" && /\bexport\b/.test(payload)
        ? await tryModule(lab, abuse, payload)
        : notRun(id, "a scenario");
    default:
      return notRun(id, `a payload of an unknown type, ${payloadType}`);
  }
}

async function tryStructured(lab: Lab, abuse: AbuseCase): Promise<CaseResult> {
  const { id, group, payload } = abuse;
  const isAbout = (word: string): boolean => `${group} ${abuse.layer}`.toLowerCase().includes(word);
  if (Array.isArray(payload)) {
    const added = AddedEntries.safeParse(payload);
    return added.success ? await tryBundle(lab, abuse, added.data) : notRun(id, "entries written in an unknown way");
  }
  if (isFields(payload) && isAbout("manifest")) return await tryManifest(lab, abuse, payload);
  if (payload !== undefined) return notRun(id, "a structure of an unknown kind");
  if (isAbout("bundle")) return await tryDescribedBundle(lab, abuse);
  if (isAbout("manifest")) return await tryDescribedManifest(lab, abuse);
  return notRun(id, "a scenario");
}
