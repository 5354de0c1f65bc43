/** Names that lead to this machine or its neighbours, never to a service. */
const LOCAL = `localhost localdomain local internal intranet corp private home lan arpa onion test invalid alt
  cluster.local svc metadata`;
/** Names that anyone can point anywhere by writing the address into them. */
const WILDCARD_DNS = `nip.io sslip.io xip.io traefik.me localtest.me lvh.me vcap.me lacolhost.com readme.localtest.me
  fbi.com.localtest.me backname.io nip.direct`;
/** Names that change where they lead: tunnels to somebody's desk, dynamic addresses. */
const TUNNELS = `ngrok.io ngrok.app ngrok.dev ngrok-free.app ngrok-free.dev trycloudflare.com loca.lt localhost.run lhr.life
  serveo.net pagekite.me bore.pub localxpose.io loclx.io playit.gg ts.net devtunnels.ms app.github.dev gitpod.io repl.co
  replit.dev tunnelmole.net zrok.io pinggy.io pinggy.link duckdns.org ddns.net dyndns.org hopto.org zapto.org no-ip.org
  no-ip.com noip.com sytes.net servebeer.com dynv6.net afraid.org mooo.com dynu.net`;
/** Services that do nothing but show what was sent to them. */
const LISTENERS = `webhook.site requestbin.net requestbin.com pipedream.net pipedream.com beeceptor.com hookbin.com
  requestcatcher.com requestinspector.com mockbin.org mockbin.io ptsv2.com ptsv3.com postb.in webhookinbox.com hookb.in
  smee.io oast.pro oast.live oast.site oast.online oast.fun oast.me interact.sh interactsh.com burpcollaborator.net
  oastify.com canarytokens.com canarytokens.org dnslog.cn ceye.io requestrepo.com ipinfo.website`;
/** Where thousands of strangers have a name each: the name alone is nobody's. */
const SUFFIXES = `co.uk org.uk ac.uk gov.uk com.au net.au org.au co.nz co.jp co.kr com.br com.cn com.mx co.in co.za com.tr
  github.io gitlab.io herokuapp.com amazonaws.com s3.amazonaws.com cloudfront.net elasticbeanstalk.com azurewebsites.net
  cloudapp.net windows.net blob.core.windows.net pages.dev workers.dev vercel.app netlify.app firebaseapp.com web.app
  appspot.com run.app cloudfunctions.net googleapis.com googleusercontent.com onrender.com fly.dev deno.dev surge.sh
  blogspot.com wordpress.com myshopify.com supabase.co railway.app glitch.me stackblitz.io codesandbox.io`;
/** Services on which everyone, an attacker too, has an account under the same name. */
const SHARED = `hooks.slack.com slack.com discord.com discordapp.com api.telegram.org graph.facebook.com
  storage.googleapis.com script.google.com docs.google.com sheets.googleapis.com firestore.googleapis.com
  api.github.com gist.github.com raw.githubusercontent.com gitlab.com pastebin.com api.notion.com api.airtable.com
  maker.ifttt.com hooks.zapier.com api.trello.com graph.microsoft.com api.pushover.net ntfy.sh s3.amazonaws.com
  amazonaws.com blob.core.windows.net`;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const REFUSED: readonly (readonly [readonly string[], string])[] = [
  [words(LOCAL), "leads into somebody's own network"],
  [words(WILDCARD_DNS), "leads to whatever address stands in the name"],
  [words(TUNNELS), "leads wherever its owner points it today"],
  [words(LISTENERS), "shows everything that is sent to it"],
];

/** Why no module gets a host; undefined when nothing speaks against it. */
export function refuseHost(host: string): string | undefined {
  const found = REFUSED.find(([suffixes]) => suffixes.some((suffix) => isBelow(host, suffix)));
  if (found) return found[1];
  if (words(SUFFIXES).includes(host)) return "is where many strangers have a name each";
  if (host.split(".").some((label) => label.startsWith("xn--"))) return "is written in letters that look like others";
  return undefined;
}

/** Whether a host serves many owners by the same name, so that only a path says whose part is meant. */
export function isShared(host: string): boolean {
  return words(SHARED).some((shared) => isBelow(host, shared));
}

/** The part of a host's name that one owner has, near enough: its last two labels, three below such as `co.uk`. */
export function ownerOf(host: string): string {
  const labels = host.split(".");
  const lastTwo = labels.slice(-2).join(".");
  return words(SUFFIXES).includes(lastTwo) ? labels.slice(-3).join(".") : lastTwo;
}

function isBelow(host: string, suffix: string): boolean {
  return host === suffix || host.endsWith(`.${suffix}`);
}
