"""Prints the 24 conversations that check.sh asks, one a line."""

import json

QUESTIONS = [
    "What is the capital of France?",
    "Write a short poem about the sea.",
    "Explain photosynthesis in two sentences.",
    "What is 17 + 25? Think step by step.",
    "Name three prime numbers greater than 10.",
    "Why is the sky blue?",
    "Translate to French: good morning.",
    "Who wrote Hamlet?",
    "List the planets of the solar system.",
    "What does DNA stand for?",
    "Give me a recipe for pancakes.",
    "How many days are in a leap year?",
    "What is the derivative of x^2?",
    "Summarise the water cycle.",
    "What is the boiling point of water in kelvin?",
    "Describe a triangle to a child.",
    "What is an atom?",
    "Write a haiku about autumn.",
    "How do airplanes fly?",
    "What is the largest ocean?",
    "Explain what a mixture of experts is.",
    "Is 91 a prime number?",
    "What is Newton's second law?",
    "Tell me a fact about octopuses.",
]

for question in QUESTIONS:
    print(json.dumps({"messages": [{"role": "user", "content": question}]}))
