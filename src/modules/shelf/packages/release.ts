import { get, textAt } from "./json.ts";

/** A release as every registry can tell it. */
export interface Release {
  readonly version: string;
  readonly about: string | undefined;
  readonly licence: string | undefined;
  /** `YYYY-MM-DD`, where the registry says so in the same answer. */
  readonly day: string | undefined;
  readonly page: string | undefined;
}

/** The package.json of the latest release, as jsDelivr serves it. https://www.jsdelivr.com/documentation */
export function fromNpm(answer: unknown): Release | undefined {
  const version = textAt(answer, "version");
  if (version === undefined) return undefined;
  return {
    version,
    about: textAt(answer, "description"),
    licence: textAt(answer, "license"),
    day: undefined,
    page: secure(textAt(answer, "homepage")),
  };
}

/** https://docs.pypi.org/api/json/ */
export function fromPypi(answer: unknown): Release | undefined {
  const info = get(answer, "info");
  const version = textAt(info, "version");
  if (version === undefined) return undefined;
  const files = get(answer, "urls");
  const licence = textAt(info, "license_expression") ?? textAt(info, "license");
  return {
    version,
    about: textAt(info, "summary"),
    // Some put the whole licence there.
    licence: licence !== undefined && licence.length <= 60 ? licence : undefined,
    day: dayOf(Array.isArray(files) ? textAt(files[0], "upload_time_iso_8601") : undefined),
    page: secure(textAt(info, "package_url")),
  };
}

/** https://crates.io/data-access#api */
export function fromCrates(answer: unknown): Release | undefined {
  const crate = get(answer, "crate");
  const version = textAt(crate, "max_stable_version") ?? textAt(crate, "max_version");
  if (version === undefined) return undefined;
  const versions = get(answer, "versions");
  const found = Array.isArray(versions) ? versions.find((one) => textAt(one, "num") === version) : undefined;
  return {
    version,
    about: textAt(crate, "description"),
    licence: textAt(found, "license"),
    day: dayOf(textAt(found, "created_at")),
    page: secure(textAt(crate, "repository")),
  };
}

function dayOf(moment: string | undefined): string | undefined {
  return moment !== undefined && /^\d{4}-\d\d-\d\dT/.test(moment) ? moment.slice(0, 10) : undefined;
}

function secure(url: string | undefined): string | undefined {
  return url?.startsWith("https://") === true ? url : undefined;
}
