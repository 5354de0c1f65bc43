/** Published forms of keys and tokens, with a name for each. */
const FORMS: readonly (readonly [string, RegExp])[] = [
  ["a Slack token", /\bxox[abceoprs]-[A-Za-z0-9-]{10,}/],
  ["a Slack app token", /\bxapp-\d-[A-Za-z0-9-]{10,}/],
  [
    "a webhook's address",
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{20,}|discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{10,}\/[\w-]{20,}/,
  ],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/],
  ["a GitLab token", /\bgl(?:pat|ptt|dt|rt|soat)-[\w-]{20,}/],
  ["an AWS key", /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/],
  ["a Google key", /\bAIza[\w-]{30,}|\bGOCSPX-[\w-]{20,}|\bya29\.[\w-]{20,}/],
  ["a model provider's key", /\bsk-(?:ant-|proj-|svcacct-|admin-)?(?=[A-Za-z_-]{0,60}\d)[\w-]{20,}/],
  ["a Stripe key", /\b(?:sk|rk|pk)_(?:test|live)_[A-Za-z0-9]{10,}|\bwhsec_[A-Za-z0-9+/]{20,}/],
  ["a Twilio key", /\b(?:SK|AC)[0-9a-f]{32}\b/],
  ["a SendGrid key", /\bSG\.[\w-]{16,}\.[\w-]{30,}/],
  ["an npm or PyPI token", /\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{40,}/],
  ["a Hugging Face token", /\bhf_[A-Za-z0-9]{30,}/],
  ["a bot's token", /\b[MNO][\w-]{23,28}\.[\w-]{6}\.[\w-]{27,45}|\b\d{6,12}:AA[\w-]{30,}/],
  ["a signed token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
  ["a private key", /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/],
  ["a NEXUS key", /\bnxk_(?:live|test)_[A-Za-z0-9]{20,}/],
  ["a password in an address", /\bhttps?:\/\/[^\s/:@]{1,80}:[^\s/@]{3,80}@/],
  [
    "a key in an address",
    /[?&](?:api_?key|key|token|access_?token|appid|apikey|secret|password|auth)=[A-Za-z0-9_-]{16,}/i,
  ],
  ["an authorization", /^(?:Bearer|Basic|Token)\s+[A-Za-z0-9+/_.=-]{12,}$/i],
];

/** What kind of secret a text looks like, by its published form. */
export function secretIn(text: string): string | undefined {
  return FORMS.find(([, form]) => form.test(text))?.[0];
}

/** Whether a name says that its value is a secret. */
export function namesSecret(name: string): boolean {
  return /^(?:x[-_])?(?:api[-_]?key|api[-_]?secret|secret(?:[-_]?key)?|pass(?:word|wd|phrase)|(?:access|auth|bearer|refresh|client)[-_]?(?:token|secret)|token|authorization|private[-_]?key|credentials?)$/i.test(
    name,
  );
}

/** Whether a text without a form of its own is as random as a key: letters of both sizes and digits, all mixed. */
export function looksRandom(text: string): boolean {
  if (!/^[A-Za-z0-9+/_=.-]{24,200}$/.test(text) || /^[\w.-]+\.[a-z]{2,5}$/.test(text)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(text)).length;
  const isHex = /^[0-9a-fA-F]{32,}$/.test(text);
  return (kinds === 3 && entropyOf(text) > 4) || (isHex && entropyOf(text) > 3.3);
}

/** Shannon's entropy, bits a letter. English text has some 4, of which words give themselves away otherwise. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
