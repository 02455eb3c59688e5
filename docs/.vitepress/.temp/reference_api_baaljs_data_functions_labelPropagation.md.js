import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: labelPropagation()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/functions/labelPropagation.md","filePath":"reference/api/baaljs/data/functions/labelPropagation.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/functions/labelPropagation.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-labelpropagation" tabindex="-1">Function: labelPropagation() <a class="header-anchor" href="#function-labelpropagation" aria-label="Permalink to &quot;Function: labelPropagation()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> labelPropagation</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">options</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> LabelPropagation</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Label propagation on a graph of nearest neighbours, a predictor that needs no training: near items get like classes. Solves <code>(I - alpha S) Z = Y</code> by conjugate gradients, S the normalised affinities and Y the labels; an item&#39;s probabilities are its row of Z over the row&#39;s sum (Zhou et al. 2004, &quot;Learning with local and global consistency&quot;; Iscen et al. 2019, arXiv:1904.04717). A class with many labels spreads further than one with few. Takes the time of the neighbour search, and then of about a hundred products of the sparse matrix with a vector per class. Throws <code>E_ARGUMENT</code> for options out of range.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>options?</code></td><td><a href="./../interfaces/LabelPropagationOptions.html"><code>LabelPropagationOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/LabelPropagation.html"><code>LabelPropagation</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/functions/labelPropagation.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const labelPropagation = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  labelPropagation as default
};
