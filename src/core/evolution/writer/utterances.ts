import { plainWords } from "#core/evolution/api/plain-words.ts";
import { spelled } from "./spelled.ts";
import type { CapabilityPlan, ModulePlan, SlotPlan } from "./plan.ts";
import { aboutOf, lower } from "./words.ts";

const MOST = 14;
const LEAST = 5;

/** Ways to ask for each capability: they train the reflex tier, so no two capabilities share one. */
export function utterances({
  capabilities,
  title,
}: Pick<ModulePlan, "capabilities" | "title">): ReadonlyMap<string, readonly string[]> {
  const taken = new Set<string>();
  return new Map(
    capabilities.map((capability) => {
      const ways: string[] = [];
      const add = (way: string): void => {
        const text = plainWords(way, 160).replace(/…$/, "");
        const key = text
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
          .trim();
        if (text.length < 2 || key === "" || taken.has(key) || ways.length >= MOST) return;
        taken.add(key);
        ways.push(text);
      };
      for (const way of waysOf(capability, title)) add(way);
      for (let count = 1; ways.length < LEAST; count += 1) add(`${capability.title} of ${title} ${count}`);
      return [capability.name, ways];
    }),
  );
}

function waysOf(capability: CapabilityPlan, api: string): string[] {
  const { title, effect, view } = capability;
  const about = aboutOf(title) || capability.noun.many;
  const values = valuesOf(capability);
  const short = lower(title);
  const named = `${short} in ${api}`;
  const ways =
    effect === "read"
      ? view.kind === "list"
        ? listing(capability, about, api)
        : showing(capability, about, api)
      : changing(capability, about, api);
  const [one = "", other = one] = values;
  return [
    short,
    ...ways
      .map((way, index) => (way.includes("%") ? way.replaceAll("%", index % 2 === 0 ? one : other) : way))
      .map((way) => way.replaceAll(/\s+/g, " ").trim()),
    named,
    ...values.map((value) => `${short} ${value}`),
  ];
}

function listing({ noun }: CapabilityPlan, about: string, api: string): string[] {
  return [
    `list ${about} %`,
    `show me the ${noun.many} in ${api} %`,
    `which ${noun.many} are there in ${api}`,
    `what ${noun.many} does ${api} have %`,
    `get ${about} from ${api}`,
    `find ${noun.many} %`,
    `search ${api} for ${noun.many} %`,
    `${api} ${noun.many}`,
    `give me all ${about} please`,
    `how many ${noun.many} are in ${api}`,
    `look through the ${noun.many} of ${api} %`,
  ];
}

function showing({ noun }: CapabilityPlan, about: string, api: string): string[] {
  return [
    `show ${noun.one} %`,
    `get ${about} %`,
    `look up the ${noun.one} % in ${api}`,
    `what does ${api} say about ${noun.one} %`,
    `details of ${noun.one} %`,
    `tell me about ${noun.one} %`,
    `${api} ${about} %`,
    `I need the ${noun.one} % from ${api}`,
    `what is the ${about} %`,
    `check ${noun.one} % in ${api}`,
    `open ${noun.one} %`,
  ];
}

function changing({ operation, noun, title }: CapabilityPlan, about: string, api: string): string[] {
  const verb = lower(title).split(" ")[0] ?? "do";
  const what =
    /^(?:delete|remove|destroy|cancel)/.test(verb) || operation.method === "DELETE"
      ? "delete"
      : operation.method === "POST"
        ? "create"
        : "update";
  const verbs = {
    delete: ["delete", "remove", "get rid of", "take away"],
    create: ["create", "add", "make", "set up"],
    update: ["update", "change", "edit", "adjust"],
  }[what];
  const [first = "", second = "", third = "", fourth = ""] = verbs;
  return [
    `${first} a ${noun.one} in ${api} %`,
    `${second} ${noun.one} %`,
    `please ${third} the ${noun.one} % in ${api}`,
    `${verb} ${about} in ${api} %`,
    `I want to ${fourth} a ${noun.one} %`,
    `can you ${lower(title)} %`,
    `${api}: ${lower(title)} %`,
    `${second} a ${noun.one} for me in ${api} %`,
    `go ahead and ${lower(title)} in ${api}`,
  ];
}

/** Values as a sentence holds them: behind the words they are found by. */
function valuesOf({ slots, operation }: CapabilityPlan): string[] {
  const spoken = slots
    .filter((slot) => slot.required || slot.slot.type === "enum")
    .flatMap((slot) => phraseOf(slot) ?? []);
  const all = spoken.length > 0 ? spoken : slots.flatMap((slot) => phraseOf(slot) ?? []);
  const required = slots.filter((slot) => slot.required).flatMap((slot) => phraseOf(slot) ?? []);
  if (required.length > 0 && required.length <= 2)
    return [
      required.join(" "),
      ...quotedAlone(slots),
      ...all.filter((phrase) => !required.includes(phrase)).map((phrase) => `${required.join(" ")} ${phrase}`),
    ].slice(0, 4);
  return operation.effect === "read" ? all.slice(0, 3) : all.slice(0, 2);
}

/** A text that has to be said may be said without its label, in quotation marks. */
function quotedAlone(slots: readonly SlotPlan[]): string[] {
  const [only, second] = slots.filter(({ required }) => required);
  const isText = only?.slot.type === "text" && second === undefined && only.form !== "json";
  return isText && !spelled(only.sample).includes('"') ? [`"${spelled(only.sample)}"`] : [];
}

function phraseOf({ slot, sample, label, form }: SlotPlan): string | undefined {
  switch (slot.type) {
    case "enum":
      return form === "yesNo" ? undefined : `${label} ${spelled(sample)}`;
    case "number":
      return `${label} ${spelled(sample)}`;
    case "id":
      return spelled(sample);
    case "date":
      return `${label} tomorrow`;
    case "dateTime":
      return `${label} tomorrow at 9:30`;
    case "text":
      return form === "json" || spelled(sample).length > 40 || spelled(sample).includes('"')
        ? undefined
        : `${label} "${spelled(sample)}"`;
    case "place":
    case "dateRange":
    case "file":
      return undefined;
    default:
      return slot satisfies never;
  }
}
