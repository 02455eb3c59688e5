import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SoftBatch<Input>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/SoftBatch.md","filePath":"reference/api/baaljs/interfaces/SoftBatch.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/SoftBatch.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-softbatch-input" tabindex="-1">Interface: SoftBatch&lt;Input&gt; <a class="header-anchor" href="#interface-softbatch-input" aria-label="Permalink to &quot;Interface: SoftBatch\\&lt;Input\\&gt;&quot;">​</a></h1><p>Items without a label (their <code>target</code> is not read), and what the model should say of them.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th></tr></thead><tbody><tr><td><a id="type-parameter-input"></a> <code>Input</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-examples"></a> <code>examples</code></td><td><code>readonly</code></td><td>readonly <a href="./Example.html"><code>Example</code></a>&lt;<code>Input</code>&gt;[]</td><td>-</td></tr><tr><td><a id="property-loss"></a> <code>loss</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/SoftLossName.html"><code>SoftLossName</code></a></td><td>-</td></tr><tr><td><a id="property-targets"></a> <code>targets</code></td><td><code>readonly</code></td><td><code>Float32Array</code></td><td><code>[n, C]</code></td></tr><tr><td><a id="property-weights"></a> <code>weights</code></td><td><code>readonly</code></td><td><code>Float32Array</code></td><td>One factor per item, or per item and class (<code>[n, C]</code>, not for <code>crossEntropy</code>); the batch&#39;s loss is the weighted <strong>sum</strong>, so a mean has its divisor in here.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/SoftBatch.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SoftBatch = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SoftBatch as default
};
