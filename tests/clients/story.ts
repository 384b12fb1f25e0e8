// From signing up to the first review and quiz, through types that openapi-typescript makes of the API document.
import createClient from "openapi-fetch";
import { readFileSync } from "node:fs";
import type { components, paths } from "./api";

const [base, file] = process.argv.slice(2) as [string, string];
let token = "";
const api = createClient<paths, "application/json">({ baseUrl: base });
api.use({
  onRequest: ({ request }) => {
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
});

type Job = components["schemas"]["Accepted"];

function must<T>(answer: { data?: T; error?: components["schemas"]["ErrorView"] }): Exclude<T, Job> {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data as Exclude<T, Job>; // nothing here is asked for as a job
}

async function main(): Promise<void> {
  const account = { username: "tess", email: "tess@example.com", password: "correct horse 7" };
  token = must(await api.POST("/api/v1/accounts/register/", { body: account })).access;
  const profile = must(await api.GET("/api/v1/accounts/profile/"));
  if (profile.role === "child") throw new Error(`a child of class ${profile.kg_class}`);

  const course = must(await api.POST("/api/v1/courses/", { body: { name: "Biology" } })).id;
  must(
    await api.PATCH("/api/v1/courses/{course_id}/", {
      params: { path: { course_id: course } },
      body: { exam_date: null },
    }),
  );
  const uploaded = must(
    await api.POST("/api/v1/courses/{course_id}/documents/upload/", {
      params: { path: { course_id: course } },
      body: { file: "" },
      bodySerializer: () => {
        const form = new FormData();
        form.set("file", new Blob([readFileSync(file)]), "cell-energy.md");
        return form;
      },
    }),
  );
  const params = { path: { course_id: course, doc_id: uploaded.document.id } };
  let status: components["schemas"]["ProcessingView"]["processing_status"] = "pending";
  while (status === "pending" || status === "processing") {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const url = "/api/v1/courses/{course_id}/documents/{doc_id}/processing_status/";
    status = must(await api.GET(url, { params })).processing_status;
  }

  const made = must(
    await api.POST("/api/v1/assessments/flashcards/generate/", {
      params: { header: { "Idempotency-Key": "first-cards" } },
      body: { course_id: course, topic: "photosynthesis", count: 5 },
    }),
  );
  const due = must(await api.GET("/api/v1/assessments/flashcards/due/", { params: { query: { course } } }));
  const review = must(
    await api.POST("/api/v1/assessments/flashcards/{card_id}/review/", {
      params: { path: { card_id: due[0]!.id } },
      body: { quality_response: 4 },
    }),
  );
  const quiz = must(
    await api.POST("/api/v1/assessments/quizzes/generate/", {
      body: { course_id: course, topic: "photosynthesis", question_types: ["true_false", "short_answer"] },
    }),
  ).quiz_id;
  const attempt = must(
    await api.POST("/api/v1/assessments/quizzes/{quiz_id}/start_attempt/", {
      params: { path: { quiz_id: quiz } },
    }),
  );
  const wrong = await api.POST("/api/v1/courses/", { body: { name: "" } });
  console.log(
    JSON.stringify({
      cards: made.flashcards.length,
      quoted: made.flashcards.every((card) => card.citation.quote.length > 0),
      interval: review.interval_days,
      questions: attempt.questions.length,
      refused: wrong.error?.error_code,
    }),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
