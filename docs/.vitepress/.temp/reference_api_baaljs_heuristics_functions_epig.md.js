import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: epig()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/functions/epig.md","filePath":"reference/api/baaljs/heuristics/functions/epig.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/functions/epig.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-epig" tabindex="-1">Function: epig() <a class="header-anchor" href="#function-epig" aria-label="Permalink to &quot;Function: epig()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> epig</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">()</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> Heuristic</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Expected predictive information gain, EPIG (Bickford Smith et al. 2023, arXiv:2304.08151): the mutual information between an item&#39;s label and that of an item of the target distribution, averaged over the targets, in nats. BALD asks what a label says about the parameters, EPIG what it says about the predictions that matter; it leaves out items that teach about nothing that the model will meet. Scores lie in [0, ln C].</p><p><code>context.target</code> holds predictions <code>[M, C&#39;, K]</code> of M target items: draws of the same samples, so both must be consistent and have the same K. An item is scored against all targets by itself, so a pool can come in chunks; N x M x C x C&#39; x K multiplications: some hundred targets are enough (the paper takes 100).</p><p>Scoring throws <code>E_ARGUMENT</code> when the target is missing or empty, for draws that are not consistent, for another number of draws, and for a single draw; <code>E_SHAPE</code> for dense predictions.</p><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/Heuristic.html"><code>Heuristic</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/functions/epig.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const epig = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  epig as default
};
