import { Client, Events, GatewayIntentBits } from "discord.js";

/** The baseline: discord.js with one listener that answers. Nothing is kept, ordered or understood. */
const { NEXUS_DISCORD_TOKEN: token = "", NEXUS_DISCORD_API_URL: api = "" } = process.env;
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
  allowedMentions: { parse: [], repliedUser: false },
  rest: { api, version: "10" },
});
client.on(Events.MessageCreate, (message) => {
  if (message.author.bot) return;
  void message.reply({
    content: message.cleanContent.slice(0, 200),
    allowedMentions: { parse: [], repliedUser: false },
  });
});
await client.login(token);
