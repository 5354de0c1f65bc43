import { z } from "zod";
import { GatePolicy, Role } from "#core/contract/gate.ts";
import { CapabilityName, ModuleName } from "#core/contract/ids.ts";
import { FenceName } from "#core/contract/validation.ts";
import { ModelSettings } from "./model-settings.ts";

const onOff = z.union([z.boolean(), z.enum(["on", "off"]).transform((word) => word === "on")], {
  error: "expected on or off",
});

const timeZone = z.string().refine((zone) => isTimeZone(zone), "expected an IANA time zone such as America/Toronto");

const locale = z.string().refine((tag) => isLocale(tag), "expected a language tag such as en-CA");

function wholeNumber(min: number, max: number, expected: string) {
  return z.coerce
    .number({ error: expected })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, expected);
}

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "expected a time of day such as 03:10");

const mailUrl = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (protocol === "smtps:" || protocol === "smtp:") && hostname !== "";
}, "expected a mail server such as smtps://user:password@mail.example.com");

const mailFrom = z
  .string()
  .regex(
    /^(?:[^<>\r\n]{1,100} <[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/,
    "expected an address such as nexus@example.com",
  );

const mailDomains = z
  .union([z.string(), z.array(z.string())])
  .transform((value) =>
    (typeof value === "string" ? value.split(",") : value).map((name) => name.trim().toLowerCase()).filter(Boolean),
  );

const PORT = "expected a port from 0 to 65535, or off";

/** An address of a platform: its own, a proxy's, or on this machine in a drill. Nothing secret crosses a network unsealed. */
const platformUrl = z.string().refine((text) => isSafeUrl(text), "expected an https:// address");

const FENCES_EXPECTED = `expected none, or some of ${FenceName.options.join(", ")}, with commas between`;

/** A list, or its names with commas between; `none` is the empty one. */
const fenceNames = z
  .union([z.string(), z.array(z.string())], { error: FENCES_EXPECTED })
  .transform((value, context) => {
    const names = typeof value === "string" ? value.split(",").map((name) => name.trim()) : value;
    const read = z.array(FenceName).safeParse(names.length === 1 && names[0] === "none" ? [] : names);
    if (read.success) return read.data;
    context.addIssue({ code: "custom", message: FENCES_EXPECTED });
    return z.NEVER;
  });

const PROXIES_EXPECTED = "expected addresses or networks with commas between, as in 127.0.0.1, 10.0.0.0/8";

/** A list, or its addresses with commas between. */
const proxies = z.union([z.string(), z.array(z.string())], { error: PROXIES_EXPECTED }).transform((value, context) => {
  const names = typeof value === "string" ? value.split(",").map((name) => name.trim()) : value;
  const read = z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).safeParse(names);
  if (read.success) return read.data;
  context.addIssue({ code: "custom", message: PROXIES_EXPECTED });
  return z.NEVER;
});

const token = (start: string, what: string) =>
  z.string().refine((text) => text.startsWith(start), `expected ${what}, which begins with ${start}`);

const REMINDERS_EXPECTED =
  "expected up to 5 numbers of hours with commas between, each larger than the one before, or off";

/** A list, or its hours with commas between; `off` is the empty one. */
const reminderHours = z
  .union([z.string(), z.array(z.number())], { error: REMINDERS_EXPECTED })
  .transform((value, context) => {
    const words = typeof value === "string" && value !== "off" ? value.split(",").map(Number) : value;
    const read = z
      .array(z.int().min(1).max(168))
      .max(5)
      .safeParse(words === "off" ? [] : words);
    if (read.success && read.data.every((hours, index) => hours > (read.data[index - 1] ?? 0))) return read.data;
    context.addIssue({ code: "custom", message: REMINDERS_EXPECTED });
    return z.NEVER;
  });

const units = wholeNumber(0, 1_000_000_000, "expected a number of run units");

const GROUP_ROLES = "expected groups and roles, as in nexus-admins=admin,ops=operator";

/** A table, or its pairs with commas between. */
const groupRoles = z
  .union([z.string(), z.record(z.string(), z.string())], { error: GROUP_ROLES })
  .transform((value, context) => {
    const pairs = typeof value === "string" ? pairsOf(value) : value;
    const read = z.record(z.string().min(1), Role).safeParse(pairs);
    if (read.success) return read.data;
    context.addIssue({ code: "custom", message: GROUP_ROLES });
    return z.NEVER;
  });

const INDEXES_EXPECTED = "expected indexes with commas between, as in team=https://modules.example.com#<public key>";

/** A list, or its entries with commas between. */
const indexList = z
  .union([z.string(), z.array(z.string())], { error: INDEXES_EXPECTED })
  .transform((value, context) => {
    const entries = typeof value === "string" ? value.split(",").map((entry) => entry.trim()) : value;
    const read = z.array(IndexSetting).safeParse(entries.filter((entry) => entry !== "").map(indexOf));
    const names = new Set(read.data?.map(({ name }) => name));
    if (read.success && names.size === read.data.length) return read.data;
    context.addIssue({ code: "custom", message: INDEXES_EXPECTED });
    return z.NEVER;
  });

const IndexSetting = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,29}$/),
  /** A path, or an address. */
  location: z.string().min(1).max(2_000),
  /** Base64url of the 32 bytes of an Ed25519 public key. */
  key: z.string().regex(/^[\w-]{43}$/),
});

function indexOf(entry: string): unknown {
  const [, name, location, key] = /^([^=]+)=(.+)#([^#]+)$/.exec(entry) ?? [];
  return { name, location, key };
}

const Slack = z
  .strictObject({
    /** Socket Mode: these two, and no public address. */
    botToken: token("xoxb-", "the bot token").optional(),
    appToken: token("xapp-", "the app-level token").optional(),
    /** HTTP with OAuth, for several workspaces: these three, and an address Slack can reach. */
    signingSecret: z.string().min(1).optional(),
    clientId: z.string().min(1).optional(),
    clientSecret: z.string().min(1).optional(),
    publicUrl: platformUrl.optional(),
    host: z.union([z.ipv4(), z.ipv6(), z.literal("localhost")], { error: "expected an IP address or localhost" }),
    port: wholeNumber(0, 65_535, "expected a port from 0 to 65535"),
    apiUrl: platformUrl,
  })
  .superRefine((slack, context) => {
    const socket = [slack.botToken, slack.appToken].filter((value) => value !== undefined).length;
    const http = [slack.signingSecret, slack.clientId, slack.clientSecret, slack.publicUrl].filter(
      (value) => value !== undefined,
    ).length;
    const say = (key: string, message: string): void => context.addIssue({ code: "custom", path: [key], message });
    if (socket === 1) say(slack.botToken === undefined ? "botToken" : "appToken", "Socket Mode needs both tokens");
    if (http > 0 && http < 4) {
      say("publicUrl", "HTTP mode needs signing secret, client id, client secret and public URL, all four");
    }
    if (socket > 0 && http > 0) say("botToken", "choose Socket Mode or HTTP, not both");
  });

const Discord = z.strictObject({
  token: z.string().min(20, "expected the bot token").optional(),
  /** Ask for message content, so that threads can be followed without a mention. Used only when the application has it. */
  messageContent: onOff,
  apiUrl: platformUrl,
});

/** A folder to be watched: what of it counts, what is to be done with it, and who is told where. */
const WatchedFolder = z.strictObject({
  path: z.string({ error: "expected a path" }).min(1, "expected a path"),
  /** Endings of files that count. */
  endings: z
    .array(z.string().regex(/^\.[a-z0-9]{1,16}$/i, "expected an ending with its dot, as in .csv"))
    .min(1, "expected at least one ending")
    .transform((endings) => endings.map((ending) => ending.toLowerCase())),
  /** What would be said with the file, or the capability that is to have it; left out, the file speaks for itself. */
  as: z
    .union([z.string().max(300), z.strictObject({ module: ModuleName, capability: CapabilityName })], {
      error: "expected words, or a module and its capability",
    })
    .exactOptional(),
  /** Where it is answered; left out, at the terminal. Whoever is named there is who is taken to have sent it. */
  tellIn: z
    .strictObject({
      platform: z.enum(["slack", "discord"], { error: "expected slack or discord" }),
      tenantId: z.string().min(1),
      channelId: z.string().min(1),
      userId: z.string().min(1),
      /** Whether others read there too. */
      isPrivate: z.boolean(),
    })
    .exactOptional(),
  /** Larger files are left alone; MiB. */
  maxMib: wholeNumber(1, 100, "expected MiB, 100 at most").default(10),
  /** Look again and again instead of waiting to be told: for network drives. */
  polling: onOff.default(false),
});
export type WatchedFolder = z.infer<typeof WatchedFolder>;

/** Every setting: what it is, what it may be and what it is when nobody says. */
export const Settings = z.strictObject({
  dataDir: z.string({ error: "expected a path" }).min(1, "expected a path"),
  http: z.strictObject({
    /** Loopback unless an operator says otherwise: nothing here is encrypted, so others come through a proxy. */
    host: z.union([z.ipv4(), z.ipv6(), z.literal("localhost")], { error: "expected an IP address or localhost" }),
    /** 0 lets the system choose; `off` listens nowhere. */
    port: z.union([z.literal("off"), wholeNumber(0, 65_535, PORT)], { error: PORT }),
    /** Where people's browsers reach NEXUS, when that is elsewhere than this machine. */
    publicUrl: platformUrl.optional(),
    /** Proxies whose word for a request's address is believed; nobody's, when not given. */
    trustedProxies: proxies.optional(),
  }),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"], {
    error: "expected one of debug, info, warn, error, silent",
  }),
  /** Whether modules without credentials or data may show generated sample data, labelled. */
  sampleData: onOff,
  locale,
  timeZone,
  /** A folder whose bank exports are imported for the owner as they appear. */
  watchFolder: z.string().min(1, "expected a path").optional(),
  /** Folders whose files are handed on as they appear. In the config file only: nobody in chat can name a path. */
  folders: z.array(WatchedFolder).max(20, "expected 20 folders at most"),
  /** Sandbox runner processes that may work at once. */
  runners: wholeNumber(1, 32, "expected a number from 1 to 32"),
  sandbox: z.strictObject({
    /** Fences without which no installed module runs. Left out: those that keep it from the network, files and secrets. */
    minimum: fenceNames.optional(),
    /** What runs scripts: `auto` is V8 where its addon loads, else QuickJS, which is slower and has no `Intl`. */
    engine: z.enum(["auto", "v8", "quickjs"], { error: "expected one of auto, v8, quickjs" }),
    /** The socket of a runner service, which starts the processes instead of NEXUS itself. */
    socket: z.string().min(1, "expected a path").optional(),
  }),
  slack: Slack,
  discord: Discord,
  /** Who must agree before something is done, by what it does. */
  approvals: z.strictObject({
    write: GatePolicy,
    money: GatePolicy,
    notify: GatePolicy,
    /** Switching a module on or off. */
    module: GatePolicy,
    /** Raising a limit on usage. */
    quota: GatePolicy,
    /** Installing a module that may do more than what was here: a host, a credential, an effect, a limit. */
    install: GatePolicy,
    /** Installing a version that may do nothing more than the one before. */
    update: GatePolicy,
    /** After how many hours people are reminded of what nobody has decided. */
    remindAfterHours: reminderHours,
  }),
  /** How modules are built. */
  builds: z.strictObject({
    /** Rounds of repair before a build is given up. */
    rounds: wholeNumber(1, 10, "expected a number from 1 to 10"),
    /** Run units one build may spend on models. */
    units: wholeNumber(0, 10_000, "expected a number of run units, 10000 at most"),
  }),
  /** What people ask for in vain, and when that becomes a proposal. */
  curriculum: z.strictObject({
    /** Proposals in a week at most; 0 makes none. */
    perWeek: wholeNumber(0, 100, "expected a number, 100 at most"),
    /** A folder of API documents to match needs with, beside those NEXUS knows. */
    apis: z.string().min(1, "expected a path").optional(),
  }),
  /** What is watched after an installation. */
  health: z.strictObject({
    /** Whether a version that fails is taken back without asking. */
    revert: onOff,
    /** For how long after it was installed; minutes. */
    watchMinutes: wholeNumber(1, 10_080, "expected minutes, 10080 at most"),
  }),
  /** Where further modules are offered: `name=location#key`, a folder or an https address and the Ed25519 key of whoever signs. */
  indexes: indexList,
  /** Where the key comes from that wraps all others; left out, a file in the data directory. */
  vault: z.strictObject({
    /** 32 bytes, Base64. */
    key: z.string().min(1).optional(),
    keyFile: z.string().min(1, "expected a path").optional(),
    /** The key before this one, Base64, while what it wrapped is being wrapped anew. */
    previousKey: z.string().min(1).optional(),
  }),
  credentials: z.strictObject({
    /** Whether an API key may be typed into a form of the platform, where a one-time link cannot be opened. */
    modal: onOff,
  }),
  /** Limits on run units for everybody together and for each person; none where nothing is said. */
  quotas: z.strictObject({
    orgPerDay: units.optional(),
    orgPerMonth: units.optional(),
    personPerDay: units.optional(),
    channelPerDay: units.optional(),
  }),
  models: ModelSettings,
  memory: z.strictObject({
    /** How long what was said in conversations is kept for models; 0 keeps nothing. */
    days: wholeNumber(0, 3_650, "expected a number of days, 3650 at most"),
  }),
  /** A calendar file (.ics) of the days that schedules may leave out. */
  holidays: z.string().min(1, "expected a path").optional(),
  /** A JSON file of schedules that are set by the operator, not in chat. */
  schedules: z.string().min(1, "expected a path").optional(),
  /** A JSON file with prices of models, which count for more than those that ship with NEXUS. */
  prices: z.string().min(1, "expected a path").optional(),
  /** An identity provider whose access tokens the API takes, and that the dashboard signs in with. */
  oidc: z
    .strictObject({
      issuer: platformUrl.optional(),
      /** What the provider's access tokens for this NEXUS are made out to. */
      audience: z.string().min(1).optional(),
      clientId: z.string().min(1).optional(),
      clientSecret: z.string().min(1).optional(),
      /** The claim that lists a person's groups. */
      groupsClaim: z.string().min(1),
      /** Which group has which role: `{"nexus-admins": "admin"}`, or `nexus-admins=admin,ops=operator`. */
      roles: groupRoles,
    })
    .superRefine((oidc, context) => {
      if (oidc.issuer !== undefined && oidc.audience === undefined) {
        context.addIssue({ code: "custom", path: ["audience"], message: "an issuer needs an audience" });
      }
    }),
  mail: z
    .strictObject({
      /** A mail server: `smtps://user:password@host`, or `smtp://…:587`, which is made secure before anything is said. */
      url: mailUrl.optional(),
      /** Whom mails come from: `nexus@example.com`, or `NEXUS <nexus@example.com>`. */
      from: mailFrom.optional(),
      /** Gmail instead of a mail server, as the account that allowed it. */
      gmail: z
        .strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1), refreshToken: z.string().min(1) })
        .optional(),
      /** Parts behind the @ at which admins may write to addresses that are nobody's own. */
      domains: mailDomains,
    })
    .superRefine((mail, context) => {
      if ((mail.url !== undefined || mail.gmail !== undefined) && mail.from === undefined) {
        context.addIssue({ code: "custom", path: ["from"], message: "mails need an address that they come from" });
      }
      if (mail.url !== undefined && mail.gmail !== undefined) {
        context.addIssue({ code: "custom", path: ["url"], message: "either a mail server or Gmail, not both" });
      }
    }),
  backup: z
    .strictObject({
      /** An age recipient (`age1…`) that backups are encrypted for; left out, a passphrase is asked for. */
      recipient: token("age1", "an age recipient").optional(),
      /** When NEXUS makes one by itself each day, by its own clock; left out, it makes none. */
      at: timeOfDay.optional(),
      /** Where these go; left out, `backups` in the data directory. */
      dir: z.string().optional(),
      /** How many of these are kept. */
      keep: wholeNumber(1, 1_000, "expected a number from 1 to 1000"),
    })
    .superRefine((backup, context) => {
      if (backup.at !== undefined && backup.recipient === undefined) {
        const message = "backups that nobody watches need a recipient: set NEXUS_BACKUP_RECIPIENT too";
        context.addIssue({ code: "custom", path: ["at"], message });
      }
    }),
  /** How long a stopping NEXUS lets running answers finish, ms. */
  shutdownMs: wholeNumber(0, 600_000, "expected milliseconds, 600000 at most"),
});

export type Config = z.infer<typeof Settings>;

function pairsOf(text: string): Record<string, string> {
  const pairs = text.split(",").map((pair) => pair.split("=").map((word) => word.trim()));
  return Object.fromEntries(pairs.map(([group = "", role = ""]) => [group, role]));
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname));
}

/** Whether this runtime knows the IANA zone. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

/** Whether it is one well-formed language tag. */
export function isLocale(tag: string): boolean {
  try {
    return tag !== "" && Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
