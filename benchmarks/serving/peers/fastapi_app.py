"""The server that people write: FastAPI, pydantic, a frame, predict. Started by uvicorn."""

import os
from pathlib import Path

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
model = joblib.load(Path(os.environ["MODELS"]) / "frames.joblib")


class Record(BaseModel):
    """One row."""

    x0: float
    x1: float
    x2: float
    x3: float
    x4: float
    x5: float
    x6: float
    x7: float
    x8: float
    x9: float


class Answer(BaseModel):
    """One prediction for each row."""

    predictions: list[int]


@app.post("/predict")
def predict(records: list[Record]) -> Answer:
    frame = pd.DataFrame([record.model_dump() for record in records])
    return Answer(predictions=model.predict(frame).tolist())
