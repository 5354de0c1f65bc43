import type { Manifest } from "#core/contract/manifest.ts";
import { quoted } from "./show.ts";

/** One text of a manifest that people or models get to read. */
export interface ManifestText {
  /** Where it stands, as the beginning of a sentence. */
  readonly where: string;
  readonly text: string;
  /** Whether it says what something is for, rather than what a person might say. */
  readonly describes: boolean;
}

/** Every text of a manifest that is shown to people or given to a model. */
export function manifestTexts(manifest: Manifest): ManifestText[] {
  const texts: ManifestText[] = [];
  const add = (where: string, describes: boolean, ...all: (string | undefined)[]): void => {
    for (const text of all) if (text !== undefined) texts.push({ where, text, describes });
  };
  add("The title", true, manifest.title);
  add("The description", true, manifest.description);
  for (const capability of manifest.capabilities) {
    const of = `of ${quoted(capability.name)}`;
    add(`The title ${of}`, true, capability.title);
    add(`The description ${of}`, true, capability.description);
    add(`The reply ${of}`, false, capability.reply);
    add(`An example ${of}`, false, ...capability.examples);
    for (const [name, slot] of Object.entries(capability.slots)) {
      add(`The description of the slot ${quoted(name)} ${of}`, true, slot.description);
      add(`The question of the slot ${quoted(name)} ${of}`, false, slot.ask);
      if (slot.type === "enum") {
        const synonyms = Object.entries(slot.synonyms ?? {}).flat(2);
        add(`A value of the slot ${quoted(name)} ${of}`, false, ...slot.values, ...synonyms);
      }
      if (slot.type === "text") add(`A word of the slot ${quoted(name)} ${of}`, false, ...(slot.after ?? []));
    }
  }
  for (const credential of manifest.credentials) {
    add(`The title of the credential ${quoted(credential.name)}`, true, credential.title);
    add(`The prefix of the credential ${quoted(credential.name)}`, false, credential.prefix);
    add(`A scope of the credential ${quoted(credential.name)}`, false, ...(credential.oauth2?.scopes ?? []));
  }
  return texts;
}
