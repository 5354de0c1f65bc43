import type { Migration } from "kysely/migration";
import { firstTables } from "./001-first-tables.ts";
import { doorsAndGates } from "./002-doors-and-gates.ts";
import { audit } from "./003-audit.ts";
import { rights } from "./004-rights.ts";
import { vault } from "./005-vault.ts";
import { metering } from "./006-metering.ts";
import { programs } from "./007-programs.ts";
import { orgs } from "./008-orgs.ts";
import { links } from "./009-links.ts";
import { modelCalls } from "./010-model-calls.ts";
import { memory } from "./011-memory.ts";
import { reminders } from "./012-reminders.ts";
import { saidInside } from "./013-said-inside.ts";
import { installations } from "./014-installations.ts";
import { builds } from "./015-builds.ts";
import { proposals } from "./016-proposals.ts";
import { installGates } from "./017-install-gates.ts";
import { boundCredentials } from "./018-bound-credentials.ts";
import { gateReminders } from "./019-gate-reminders.ts";
import { schedules } from "./020-schedules.ts";
import { watches } from "./021-watches.ts";
import { hooks } from "./022-hooks.ts";
import { expiry } from "./023-expiry.ts";
import { mail } from "./024-mail.ts";
import { jobs } from "./025-jobs.ts";
import { holidays } from "./026-holidays.ts";
import type { Flavour } from "./flavour.ts";

/** Every migration, oldest first by name. A name that has been released is never changed, and none ever goes back. */
export function migrationsFor(flavour: Flavour): Record<string, Migration> {
  return {
    "001-first-tables": firstTables(flavour),
    "002-doors-and-gates": doorsAndGates(flavour),
    "003-audit": audit(flavour),
    "004-rights": rights(flavour),
    "005-vault": vault(flavour),
    "006-metering": metering(flavour),
    "007-programs": programs(flavour),
    "008-orgs": orgs(flavour),
    "009-links": links(flavour),
    "010-model-calls": modelCalls(flavour),
    "011-memory": memory(flavour),
    "012-reminders": reminders(flavour),
    "013-said-inside": saidInside(),
    "014-installations": installations(flavour),
    "015-builds": builds(flavour),
    "016-proposals": proposals(flavour),
    "017-install-gates": installGates(flavour),
    "018-bound-credentials": boundCredentials(),
    "019-gate-reminders": gateReminders(),
    "020-schedules": schedules(flavour),
    "021-watches": watches(flavour),
    "022-hooks": hooks(flavour),
    "023-expiry": expiry(flavour),
    "024-mail": mail(flavour),
    "025-jobs": jobs(flavour),
    "026-holidays": holidays(flavour),
  };
}
