#!/usr/bin/env bash
# An array job: sbatch --array=0-99 slurm.sh. Each task scores its share, the last one writes next.csv.
# Plan the run once before: baal score pool.csv --model my-model --store store --plan
#SBATCH --job-name=baal-score
#SBATCH --cpus-per-task=8
#SBATCH --mem=8G
#SBATCH --requeue
set -euo pipefail
cd "${RUN_FOLDER:-$SLURM_SUBMIT_DIR}"
npx baal score pool.csv --model my-model --store store --count 1000 --output next.csv \
  --threads "$SLURM_CPUS_PER_TASK" --shard "$SLURM_ARRAY_TASK_ID/$((SLURM_ARRAY_TASK_MAX + 1))"
