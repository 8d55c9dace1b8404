import { answer } from "./answer.ts";
import { place } from "./route.ts";

/** What nginx.conf names: `js_set $njsgi_place njsgi.place` and `js_content njsgi.answer`. */
export default { answer, place };
