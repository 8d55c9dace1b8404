import { cookies } from "next/headers";
import { redirect } from "next/navigation";

async function save(form: FormData) {
  "use server";
  (await cookies()).set("visitor", String(form.get("name")));
  redirect("/");
}

export default function Form() {
  return (
    <form action={save}>
      <input name="name" />
      <button>Save</button>
    </form>
  );
}
