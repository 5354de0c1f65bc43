export { chests } from "./chests.ts";
export { clan } from "./clan.ts";
export { donations } from "./donations.ts";
export { player } from "./player.ts";
export { war } from "./war.ts";
