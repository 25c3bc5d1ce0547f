#pragma once
// "Answer" in the languages that responses come in, as patterns. English has its own, richer ones where they are used.

#include <string_view>

namespace tripos::scorers {

// Between spaces, in any case: "la respuesta correcta es 5".
inline constexpr std::string_view kSpacedAnswerNouns =
    R"((?:\b(?:r[ée]ponses?|respuestas?|respostas?|rispost[ae]|antwort|endergebnis|antwoord|svar(?:et)?|vastaus|v[áa]lasz)"
    R"(|r[ăa]spuns(?:ul)?|odpowied[źz]|odpov[ěe][ďd]|cevap|yan[ıi]t|jawaban(?:nya)?|jawapan(?:nya)?|jibu|sagot|javob|cavab))"
    R"(|đáp\s+(?:án|số)|ответ|відповідь|отговор|одговор|απάντηση|жауап))";

// In scripts without spaces or without capitals: "答えは5です".
inline constexpr std::string_view kJoinedAnswerNouns =
    R"(الإجابة|الجواب|إجابة|جواب|پاسخ|תשובה|התשובה|उत्तर|জবাব|উত্তর|பதில்|సమాధానం|คำตอบ|정답|답안|답|最终答案|答案|答え|解答|正解)";

}  // namespace tripos::scorers
