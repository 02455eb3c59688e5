import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Type Alias: PredictionKind","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/type-aliases/PredictionKind.md","filePath":"reference/api/baaljs/heuristics/type-aliases/PredictionKind.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/type-aliases/PredictionKind.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="type-alias-predictionkind" tabindex="-1">Type Alias: PredictionKind <a class="header-anchor" href="#type-alias-predictionkind" aria-label="Permalink to &quot;Type Alias: PredictionKind&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">type</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> PredictionKind</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> =</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;logits&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;probabilities&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;sigmoidLogits&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;sigmoid&quot;</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;"> |</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;"> &quot;values&quot;</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>The meaning of the numbers. Declared, never guessed:</p><ul><li>of one label an item: <code>&quot;logits&quot;</code>, raw scores before the softmax, or <code>&quot;probabilities&quot;</code> that sum to 1 over C;</li><li>of labels that are each predicted by itself: <code>&quot;sigmoidLogits&quot;</code>, raw scores whose sigmoid is the probability of the label, or <code>&quot;sigmoid&quot;</code>, these probabilities, each in [0, 1] whatever the others are;</li><li>of a regression: <code>&quot;values&quot;</code>, C numbers, no distribution over them.</li></ul></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/type-aliases/PredictionKind.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PredictionKind = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PredictionKind as default
};
