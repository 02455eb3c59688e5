import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TfOptimizer","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/tfjs/interfaces/TfOptimizer.md","filePath":"reference/api/baaljs/tfjs/interfaces/TfOptimizer.md"}');
const _sfc_main = { name: "reference/api/baaljs/tfjs/interfaces/TfOptimizer.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-tfoptimizer" tabindex="-1">Interface: TfOptimizer <a class="header-anchor" href="#interface-tfoptimizer" aria-label="Permalink to &quot;Interface: TfOptimizer&quot;">​</a></h1><p>An optimizer of <code>tf.train</code>.</p><h2 id="methods" tabindex="-1">Methods <a class="header-anchor" href="#methods" aria-label="Permalink to &quot;Methods&quot;">​</a></h2><h3 id="applygradients" tabindex="-1">applyGradients() <a class="header-anchor" href="#applygradients" aria-label="Permalink to &quot;applyGradients()&quot;">​</a></h3><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">applyGradients</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(gradients): </span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">void</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Gradients by the name of their <code>tf.Variable</code>.</p><h4 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h4><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>gradients</code></td><td><code>object</code></td></tr></tbody></table><h4 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h4><p><code>void</code></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/tfjs/interfaces/TfOptimizer.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TfOptimizer = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TfOptimizer as default
};
