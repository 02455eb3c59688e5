import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabellingSessionOptions<Input>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LabellingSessionOptions.md","filePath":"reference/api/baaljs/interfaces/LabellingSessionOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LabellingSessionOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labellingsessionoptions-input" tabindex="-1">Interface: LabellingSessionOptions&lt;Input&gt; <a class="header-anchor" href="#interface-labellingsessionoptions-input" aria-label="Permalink to &quot;Interface: LabellingSessionOptions\\&lt;Input\\&gt;&quot;">​</a></h1><p>What a <a href="./../classes/LabellingSession.html">LabellingSession</a> works with: data, loop, labels, and how to train.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th></tr></thead><tbody><tr><td><a id="type-parameter-input"></a> <code>Input</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-contentof"></a> <code>contentOf?</code></td><td><code>readonly</code></td><td>(<code>input</code>) =&gt; <code>unknown</code></td><td>The content of an input that tells its item from others, to notice other data when work goes on later. The input itself by default.</td></tr><tr><td><a id="property-dataset"></a> <code>dataset</code></td><td><code>readonly</code></td><td><a href="./../classes/ActiveLearningDataset.html"><code>ActiveLearningDataset</code></a>&lt;<code>Input</code>&gt;</td><td>While the session is open, its labels and exclusions change through the session alone.</td></tr><tr><td><a id="property-labels"></a> <code>labels?</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Class names: labels may then be given by name, and others are refused.</td></tr><tr><td><a id="property-loop"></a> <code>loop</code></td><td><code>readonly</code></td><td><a href="./ItemSelector.html"><code>ItemSelector</code></a></td><td>Picks the items of each query from that data set.</td></tr><tr><td><a id="property-train"></a> <code>train?</code></td><td><code>readonly</code></td><td>(<code>dataset</code>, <code>options</code>) =&gt; <code>Promise</code>&lt;<code>unknown</code>&gt;</td><td>Trains on the labels so far, before each query; it is not called while there are none. <code>query</code> counts from 1.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LabellingSessionOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabellingSessionOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabellingSessionOptions as default
};
