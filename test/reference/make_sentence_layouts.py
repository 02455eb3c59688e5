"""Small random sentence encoders in the layouts of well-known ones, by sentence-transformers: writes fixtures/sentences/NAME/ with
expected.json: texts, and what `encode` makes of them.

    python test/reference/make_sentence_layouts.py [NAME ...]
"""
import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from sentence_transformers import SentenceTransformer, models
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import BPE, Unigram, WordPiece

from make_text_architectures import randomise

FOLDER = Path(__file__).parent / "fixtures" / "sentences"
TEXTS = ["Where is my card?", "block the card now, please", "what is the balance of my account", "Balance", "Ma carte est bloquée"]
SHAPE = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=40)


def word_piece():
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=70, special_tokens=special))
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer, dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")


ROBERTA_SPECIAL = dict(bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>", cls_token="<s>", sep_token="</s>",
                       mask_token="<mask>")
ROBERTA_TEMPLATE = ("<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", 0), ("</s>", 2)])


def mpnet():
    tokenizer, _ = word_piece()
    trained = [word for word in tokenizer.get_vocab() if not word.startswith("[")]
    words = ["<s>", "<pad>", "</s>", "<unk>", *sorted(trained), "<mask>"]
    tokenizer.model = WordPiece({word: i for i, word in enumerate(words)}, unk_token="<unk>")
    tokenizer.post_processor = processors.TemplateProcessing(*ROBERTA_TEMPLATE)
    return tokenizer, ROBERTA_SPECIAL


def unigram():
    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" {2,}", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(TEXTS, trainers.UnigramTrainer(vocab_size=70, special_tokens=special, unk_token="<unk>"))
    tokenizer.add_special_tokens(["<mask>"])
    tokenizer.post_processor = processors.TemplateProcessing(*ROBERTA_TEMPLATE)
    return tokenizer, ROBERTA_SPECIAL


def byte_level():
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=300, special_tokens=special,
                                                             initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]", [("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer, dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")


LAYOUTS = {
    "all-mpnet-base-v2": ("MPNet", mpnet, {}, "mean", True),
    "bge-base-en": ("Bert", word_piece, {}, "cls", True),
    "e5-base-v2": ("Bert", word_piece, {}, "mean", True),
    "multilingual-e5-base": ("XLMRoberta", unigram, dict(type_vocab_size=1, layer_norm_eps=1e-5), "mean", True),
    "gte-base": ("Bert", word_piece, {}, "mean", True),
    "gte-multilingual-base": ("Gte", unigram, dict(type_vocab_size=1), "cls", True),
    "gte-modernbert-base": ("ModernBert", byte_level, dict(local_attention=4, pad_token_id=0, bos_token_id=None, eos_token_id=None,
                                                           cls_token_id=2, sep_token_id=3), "cls", False),
    "paraphrase-multilingual-MiniLM-L12-v2": ("Bert", unigram, dict(pad_token_id=0), "mean", False),
    "nomic-embed-text-v1.5": ("NomicBert", word_piece, {}, "mean", False),
}


def make(name):
    family, make_tokenizer, values, pooling, normalized = LAYOUTS[name]
    tokenizer, special = make_tokenizer()
    pad = tokenizer.token_to_id(special["pad_token"])
    config = getattr(transformers, f"{family}Config")(**SHAPE, **{"pad_token_id": pad, "vocab_size": tokenizer.get_vocab_size(), **values})
    model = getattr(transformers, f"{family}Model")(config).eval()
    randomise(model)
    names = ["input_ids", "token_type_ids", "attention_mask"] if family == "Bert" or family == "NomicBert" else ["input_ids", "attention_mask"]
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=38, model_input_names=names, **special)
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as plain:
        model.save_pretrained(plain)
        fast.save_pretrained(plain)
        transformer = models.Transformer(plain, max_seq_length=32)
        steps = [transformer, models.Pooling(16, pooling_mode=pooling)]
        encoder = SentenceTransformer(modules=[*steps, *([models.Normalize()] if normalized else [])], device="cpu")
        encoder.save(str(folder))
    for extra in ("README.md",):
        (folder / extra).unlink(missing_ok=True)
    with torch.no_grad():
        vectors = SentenceTransformer(str(folder), device="cpu").encode(TEXTS)
    expected = dict(texts=TEXTS, embeddings=vectors.flatten().tolist(), width=16)
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(name, sorted(path.name for path in folder.iterdir()), vectors[0, :3])


for chosen in sys.argv[1:] or LAYOUTS:
    make(chosen)
