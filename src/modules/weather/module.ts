export { current } from "./current.ts";
export { forecast } from "./forecast.ts";
